"""Turns pip's installation report (stdin) into requirements.lock (stdout): exact versions, for Python 3.11 and 3.12.

Left out: the project itself, and what torch pins by itself and only where it needs it (GPU libraries, setuptools).
"""

import json
import re
import sys

LEFT_OUT = re.compile(r"tiebreak|setuptools|triton|cuda-.*|nvidia-.*")


def main() -> None:
    packages = [item["metadata"] for item in json.load(sys.stdin)["install"]]
    pins = [
        # A local version such as +cpu names a build that not every index has.
        f"{package['name']}=={package['version'].split('+')[0]}\n"
        for package in packages
        if not LEFT_OUT.fullmatch(package["name"])
    ]
    sys.stdout.writelines(sorted(pins, key=str.lower))


if __name__ == "__main__":
    main()
