"""The district's side: what one signed link opens, from the neutral page to the receipt.

Nobody has an account here. A link lets one browser in for one round of one problem (or for one
day's list of a district), and every request asks anew whether the link still holds.
"""

from api.district.refusals import told as district_told
from api.district.router import district_router

__all__ = ["district_router", "district_told"]
