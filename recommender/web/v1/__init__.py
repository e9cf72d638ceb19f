"""The API under ``/api/v1``: each route reads what was sent, calls one use case and answers."""
