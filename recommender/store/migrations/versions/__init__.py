"""The steps, in the order of their ``down_revision``. A step that was released is never changed."""
