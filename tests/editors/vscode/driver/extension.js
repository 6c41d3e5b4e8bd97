// A second extension in the same editor: runs what a test sends to its socket, with the editor's own interface at hand.
const vscode = require("vscode");
const http = require("node:http");
const fs = require("node:fs");

const Async = (async () => {}).constructor;

exports.activate = (context) => {
  const known = process.env.PROVENDER_TEST_DRIVER;
  const own = `${known}.${process.pid}`;
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      try {
        const { code, argument } = JSON.parse(body);
        const value = await new Async("vscode", "argument", code)(vscode, argument);
        response.end(JSON.stringify({ value: value === undefined ? null : value }));
      } catch (error) {
        response.end(JSON.stringify({ error: String(error && error.stack) }));
      }
    });
  });
  // A page that was loaded again has another extension host. The one before may end later, and takes the socket that it listens on with it:
  // each has its own, and the known name leads to the newest.
  server.listen(own, () => {
    fs.symlinkSync(own, `${own}.new`);
    fs.renameSync(`${own}.new`, known);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
