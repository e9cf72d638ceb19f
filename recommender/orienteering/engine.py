"""The two forms of the search: compiled by numba, and the same source as plain Python."""

from __future__ import annotations

import importlib.util
import sys
import threading
from functools import cache
from types import ModuleType
from typing import Any, Final

from recommender.orienteering import kernel
from recommender.orienteering.compiling import compiled

_TWIN: Final = "recommender.orienteering.kernel_compiled"
_guard = threading.Lock()
_warm = threading.Event()


@cache
def _compiled() -> ModuleType:
    """A second copy of ``kernel`` whose functions numba compiles when first called, and keeps on disk where it may."""
    spec = importlib.util.spec_from_file_location(_TWIN, kernel.__file__)
    assert spec is not None
    assert spec.loader is not None
    twin = importlib.util.module_from_spec(spec)
    sys.modules[_TWIN] = twin
    spec.loader.exec_module(twin)
    # Both copies share the tuples, so that one packed problem serves either.
    vars(twin).update(Data=kernel.Data, State=kernel.State, Leg=kernel.Leg)
    for name in kernel.COMPILED:
        function = getattr(twin, name)
        how: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
        if name not in kernel.ENTRIES:
            how |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        setattr(twin, name, compiled(function, **how))
    return twin


def engine(*, compiled: bool) -> Any:
    """The kernel's functions, compiled or plain."""
    if not compiled:
        return kernel
    with _guard:
        return _compiled()


@cache
def can_compile() -> bool:
    """Whether numba is here; without it the plain source does all the work, more slowly."""
    return importlib.util.find_spec("numba") is not None


def is_warm() -> bool:
    """Whether the compiled engine has run once in this process, so that the next call does not wait for the compiler."""
    return _warm.is_set()


def set_warm() -> None:
    """Say that the compiled engine has run."""
    _warm.set()
