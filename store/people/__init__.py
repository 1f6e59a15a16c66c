"""Who signs in, by what, and what they did at the doors."""
