"use strict";
// Where the program is: SCIMULATE_BINARY, else in the package for this platform, which npm installed beside this one.
// Never: a download. A platform that has no package gets a message that says what there is instead.

function binary() {
  if (process.env.SCIMULATE_BINARY) return process.env.SCIMULATE_BINARY;
  const name = `@scimulate/${process.platform}-${process.arch}`;
  if (!(name in require("./package.json").optionalDependencies)) {
    throw new Error(
      `scimulate has no package for ${process.platform} on ${process.arch}; ` +
        "build it (`cargo install --locked scimulate`) and name it in SCIMULATE_BINARY",
    );
  }
  try {
    return require.resolve(`${name}/bin/scimulate`);
  } catch {
    throw new Error(
      `the package ${name} is not installed; install again without \`--omit=optional\` or \`--no-optional\`, ` +
        "and on the platform where it is to run",
    );
  }
}

module.exports = { binary };
