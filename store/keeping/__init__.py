"""How long things are kept: what is erased, and what is collected because nobody refers to it."""
