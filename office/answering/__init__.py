"""What a district hands in, at its link or by the annex."""
