"""Problem lists as xlsx: read, checked, sent back with remarks, moved to today."""
