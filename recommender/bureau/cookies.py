"""Names that routes and pages for staff share: cookies, addresses; apart, since they are needed long before the database is."""

from typing import Final

SESSION_COOKIE: Final = "jz_staff"
"""Holds the session's token."""
FORM_COOKIE: Final = "jz_form"
"""Holds the secret without which no form at the door counts."""
FORM_FIELD: Final = "form"
"""The hidden field that repeats it."""
SIGN_IN: Final = "/staff/sign-in"
SIGN_OUT: Final = "/staff/sign-out"
PROVIDER: Final = "provider"
"""The parameter of the console's address with which one comes to sign in through another system."""
