"""The console: one module a page, each with a ``draw(room)``; `frame` knows them all."""
