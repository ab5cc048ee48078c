"""`python -m scimulate`: the program itself, for where its folder is not on the PATH."""

import os
import sys

from .provider import ProviderError, binary

try:
    program = binary()
except ProviderError as error:
    sys.exit(f"error: {error}")
os.execv(program, [program, *sys.argv[1:]])
