// The service under test, on a free port of this machine, and a browser that reaches nothing else.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the demonstration with a few people; gives its address, a token, and how to end it. */
export async function startService() {
  const folder = mkdtempSync(path.join(tmpdir(), "furusu-pages-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const program = process.env.FURUSU ?? path.join(root, "target/debug/furusu");
  const args = ["demo", "--listen", listen, "--people", "40", "--file", path.join(folder, "demo.db")];
  const service = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => service.once("exit", resolve));
  let token;
  const failed = ended.then((code) => Promise.reject(new Error(`the service ended with ${code} before it was ready`)));
  const ready = (async () => {
    for await (const line of createInterface({ input: service.stdout })) {
      token ??= /^token .*\s(\S+)$/.exec(line)?.[1];
      if (line.includes("Stop with")) return;
    }
  })();
  failed.catch(() => {});
  await Promise.race([ready, failed]);
  return {
    url: `http://${listen}`,
    token,
    async stop() {
      service.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/** Starts Chromium; it resolves no name. */
export function startBrowser() {
  const executablePath = execFileSync("sh", [path.join(root, "tests/install-chromium.sh"), "--find"], { encoding: "utf8" }).trim();
  // Root has no sandbox to start in.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...FLAGS, ...sandbox] });
}
