"""The desk: what the bureau owes, and what the districts owe it, in order of consequence."""
