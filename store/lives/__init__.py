"""What the lives recorded, and the read model that people search."""
