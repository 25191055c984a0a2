"""What can go wrong with the storage, in words for the person who must put it right.

Belongs here: the errors. Does not belong here: raising them.
"""


class StorageError(Exception):
    """The storage cannot be used. The message names the address or object, and the remedy; never a credential."""


class StateMoved(StorageError):
    """Another machine put a newer state of the controller meanwhile: fetch it and run again."""


class StorageDamaged(StorageError):
    """A stored object is missing, cut short or altered."""


class HistoryRefused(StorageError):
    """The history to be stored does not continue the stored one, or its chain does not hold."""
