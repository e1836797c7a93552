/**
 * Before `npm start`, `npm run dev` and `npm test`: whether this Node.js can run TypeScript, and whether the packages are there.
 * Plain JavaScript, for a Node.js that cannot.
 */
const { existsSync } = require("node:fs");
const { resolve } = require("node:path");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18))
  stop(
    `Node.js ${process.versions.node} cannot run TypeScript. \`npm ci\` brings Node.js 24 for the npm scripts: ` +
      "run it (without --ignore-scripts), and start this by npm. Or install Node.js 24.",
  );
if (!existsSync(resolve(__dirname, "../node_modules")))
  stop("The packages are not installed: run `npm ci` first.");

function stop(remedy) {
  console.error(remedy);
  process.exit(1);
}
