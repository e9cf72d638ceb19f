"""Hotel partners: signed links, widgets, their pages' look and defaults, attribution without cookies, and proof of neutrality.

A partner changes where a trip begins, what its page looks like and what the hotel says. What is recommended, nobody can change
from here: scoring and planning do not know that there are partners.
"""

from recommender.partners.register import Partner, Visit, find, of_token, origins, visit

__all__ = ["Partner", "Visit", "find", "of_token", "origins", "visit"]
