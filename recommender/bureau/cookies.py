"""What a browser keeps for staff; apart, since routes and pages need the names long before they need the database."""

from typing import Final

SESSION_COOKIE: Final = "jz_staff"
"""Holds the session's token."""
FORM_COOKIE: Final = "jz_form"
"""Holds the secret without which no form at the door counts."""
FORM_FIELD: Final = "form"
"""The hidden field that repeats it."""
SIGN_IN: Final = "/staff/sign-in"
SIGN_OUT: Final = "/staff/sign-out"
