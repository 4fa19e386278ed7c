"""``python -m static_auth_server`` becomes the program itself."""

import os
import sys

from ._binary import executable

if __name__ == "__main__":
    program = executable()
    os.execv(program, [program, *sys.argv[1:]])
