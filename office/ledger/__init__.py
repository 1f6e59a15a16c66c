"""The ledger 台账 as people ask for it: what of it is shown, in which order, and told in words."""
