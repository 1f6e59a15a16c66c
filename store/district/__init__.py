"""What the district's doors keep: links, papers, drafts, what was handed in and by whom."""
