"""Make the sample inputs of all controllers: ``python data/generate_samples.py [FOLDER]``.

Belongs here: which controllers there are and the files beside theirs. Does not belong here: rows (one
module per controller) and values (:mod:`sample_values`). The same program gives the same bytes: a seed, a
fixed date, and no clock. Every person, code, account and address in the samples is made up; findings on them
say something about the samples only.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import sample_ak3d
import sample_akore
import sample_komoda
from sample_values import AS_OF, SEED

CONTROLLERS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("ak3d", sample_ak3d.write),
    ("akore", sample_akore.write),
    ("komoda", sample_komoda.write),
)

README = f"""# Samples

Everything here is synthetic, made by `python data/generate_samples.py` (seed {SEED}, as of {AS_OF}). No person,
account, order or parcel in it exists, and **findings on sample data say something about the sample data only**,
nothing about the controllers whose public privacy notices the project describes.

* e-mail addresses are under example.com and example.org (RFC 2606); addresses of the internet under the
  documentation ranges of RFC 5737;
* telephone numbers are in a made-up block, +370 600 00xxx, and in Ofcom's range for drama, +44 7700 900xxx;
* IBANs have a valid checksum on bank code 99999, which no bank has;
* national personal codes have a valid checksum for births in 1850 to 1869; company codes begin with 09;
* surnames are invented; wallets, tokens and passwords are random characters.

Problems are planted on purpose: rows past their period, zero dates, a payment provider that the notice does not
mention, a table that no mapping knows, personal codes in payment files, the merchant's IBAN in courier files, cookies
that nobody declared. The module of each controller (`data/sample_*.py`) lists them. `as_of.txt` holds the date on which
they are what they are meant to be; `make demo` uses it.
"""


def write(folder: Path) -> None:
    """All samples into ``folder``; files that are there are replaced."""
    for name, write_controller in CONTROLLERS:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        write_controller(place)
    (folder / "as_of.txt").write_text(f"{AS_OF.isoformat()}\n", encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("samples"))
