"""Functions compiled once and kept on disk, where a disk that is full or a file that is damaged costs a wait and nothing else."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


def compiled(function: Callable[..., Any], **how: Any) -> Any:
    """A function that numba compiles when it is first called, and keeps on disk where it may.

    Parameters
    ----------
    **how
        As of numba's ``njit``.
    """
    from numba import njit

    try:
        made: Any = njit(cache=True, **how)(function)
        # As numba does it by itself, but for what it thinks of damage.
        made._cache = _forgiving()(made.py_func)  # noqa: SLF001 - numba has no other way to it
    except RuntimeError:
        _log.info("compiled code cannot be kept on this disk")
        made = njit(**how)(function)
    return made


@cache
def _forgiving() -> Any:
    """Numba's cache of a function, for which damaged files are no files and a full disk is no disk."""
    from numba.core.caching import FunctionCache

    class Forgiving(FunctionCache):
        def load_overload(self, sig: Any, target_context: Any) -> Any:
            try:
                return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - whatever unpickling and LLVM make of damage, it is damage
                _log.warning("compiled code on disk is damaged (%s) and is made anew", type(error).__name__)
                with contextlib.suppress(OSError):
                    Path(self._cache_file._index_path).unlink(missing_ok=True)  # noqa: SLF001 - as numba keeps it
                return None

        def save_overload(self, sig: Any, data: Any) -> None:
            try:
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - what is compiled works without being kept
                _log.warning("compiled code cannot be kept: %s", type(error).__name__)

    return Forgiving
