"""The commands of `bihuan`, one file a topic; each loads only what it needs."""
