"""The door for staff, without scripts: sign in, sign out, choose a password by a one-time link."""
