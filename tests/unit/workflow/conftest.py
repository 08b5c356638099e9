"""What tests of the environments import by name, which the import mode does not provide for."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
