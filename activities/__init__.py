"""The deeds: what lives order through `workflows.ports`, and the loops that carry things on."""
