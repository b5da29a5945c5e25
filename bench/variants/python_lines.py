"""The first member of an export, as most scripts do it: each line through json.loads and json.dumps into a new file.

python3 python_lines.py ARCHIVE OUTPUT
"""

import gzip
import json
import resource
import sys
import time
import zipfile

archive, output = sys.argv[1:]
started = time.monotonic()
unpacked_bytes = 0
with zipfile.ZipFile(archive) as export, open(output, "w", encoding="utf-8") as target:
    first = export.namelist()[0]
    with export.open(first) as member, gzip.open(member) as unpacked:
        for line in unpacked:
            unpacked_bytes += len(line)
            if line.strip():
                json.dump(json.loads(line), target)
                target.write("\n")

usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000,
            "wallMs": (time.monotonic() - started) * 1000,
            "peakRssBytes": usage.ru_maxrss * 1024,
            "unpackedBytes": unpacked_bytes,
        }
    )
)
