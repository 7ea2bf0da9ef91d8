"""Paths whose lines do not count: files that nobody wrote by hand (lock files, vendored and generated code), and the
manifests in which bots raise versions.
The patterns are those of `collector/config/patterns.py`; a configuration adds its own (`generated_paths`).
"""

GENERATED_PATHS = (
    # Lock files of package managers.
    "**/*.lock",
    "**/*.lockb",
    "**/*.lockfile",
    "**/package-lock.json",
    "**/packages.lock.json",
    "**/npm-shrinkwrap.json",
    "**/pnpm-lock.yaml",
    "**/requirements*lock.txt",
    "**/.terraform.lock.hcl",
    "**/go.sum",
    # Vendored third-party code.
    "**/vendor/**",
    "**/_vendor/**",
    "**/third_party/**",
    "**/node_modules/**",
    # Output of compilers and code generators.
    "**/generated/**",
    "**/generated_*/**",
    "**/__generated__/**",
    "**/__snapshots__/**",
    "**/dist/**",
    "**/*.pb.go",
    "**/*.pb.cc",
    "**/*.pb.h",
    "**/*_pb2.py",
    "**/*_pb2.pyi",
    "**/*_pb2_grpc.py",
    "**/*_pb.js",
    "**/*_pb.ts",
    "**/*_pb.d.ts",
    "**/*_pb_service.js",
    "**/*_pb_service.d.ts",
    "**/*.abi",
    "**/*.map",
    "**/*.min.js",
    "**/*.min.css",
    "**/*.snap",
    # Changelogs: they describe work that is already counted.
    "**/CHANGELOG",
    "**/CHANGELOG.md",
    "**/CHANGELOG.rst",
    "**/CHANGELOG.txt",
    "**/CHANGES.md",
    "**/CHANGES.rst",
    "**/HISTORY.md",
    "**/HISTORY.rst",
)

# What a package manager reads: a bot that raises a version there has written nothing.
MANIFEST_PATHS = (
    "**/package.json",
    "**/Cargo.toml",
    "**/pyproject.toml",
    "**/setup.cfg",
    "**/setup.py",
    "**/requirements*.txt",
    "**/go.mod",
    "**/pom.xml",
    "**/build.gradle",
    "**/build.gradle.kts",
    "**/Gemfile",
    "**/composer.json",
    "**/*.csproj",
    "**/pubspec.yaml",
    "**/mix.exs",
    "**/*.gemspec",
)
