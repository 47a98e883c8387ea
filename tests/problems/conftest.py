"""What the cases of problems borrow from other tests."""

from tests.hosts.conftest import macros

__all__ = ["macros"]
