"""What the bureau's staff do with the data: who they are, drafts, publishing, closures, files in and out.

Each module is a handful of use cases. Those that write take the person who acts, ask the database whether they may, and leave
their audit in the same transaction. Pages call them and show; they hold no rules of their own.
"""
