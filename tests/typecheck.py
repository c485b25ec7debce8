"""Check the types of the browser's modules (JSDoc) with TypeScript. Missing tools fail in CI and are said elsewhere."""

import subprocess
import sys

from tests import tools


def main() -> None:
    node = tools.node()
    compiler = tools.PROJECT / "node_modules" / "typescript" / "bin" / "tsc"
    if not node or not compiler.exists():
        print("MISSING: Node or TypeScript; the types of the browser's modules were not checked.", flush=True)
        sys.exit(1 if tools.in_ci() else 0)
    command = [node, str(compiler), "--project", "tsconfig.json"]
    sys.exit(subprocess.run(command, cwd=tools.PROJECT, check=False).returncode)


if __name__ == "__main__":
    main()
