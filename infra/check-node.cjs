/**
 * Before `npm start` and `npm test`: whether this Node.js can run TypeScript. Plain JavaScript, for a Node.js that cannot.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Node.js ${process.versions.node} cannot run TypeScript. \`npm ci\` brings Node.js 24 for the npm scripts: ` +
      "run it (without --ignore-scripts), and start this by npm. Or install Node.js 24.",
  );
  process.exit(1);
}
