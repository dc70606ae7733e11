// Bundles GraphiQL into ../target/pages, every file gzipped and named by its content, with a list of them and the licences.
// crates/api/build.rs carries that folder in the binary.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const target = path.join(here, "../target/pages");
const fresh = `${target}.new`;
const modules = path.join(here, "node_modules");

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  legalComments: "none",
  target: "es2022",
  outdir: fresh,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".ttf": "file", ".woff2": "file" },
  logLevel: "warning",
};

// What assistive technology cannot make sense of in GraphiQL, by file: each text is there once, and becomes the other.
const MENDED = {
  // Tabs are `role=tab` around two buttons each, which cannot be reached: they become a list.
  "@graphiql/react/dist/components/tabs/index.js": [
    ['role: "tab",', ""],
    ['"aria-selected": isActive', '"aria-current": isActive'],
    ['role: "tablist",', ""],
  ],
  // Every entry of the history is called the same, and not what it shows.
  "@graphiql/plugin-history/dist/components.js": [[', "aria-label": "Set active"', ""]],
};

const mend = {
  name: "mend",
  setup(build) {
    const left = new Set(Object.keys(MENDED));
    build.onLoad({ filter: /node_modules\/@graphiql\/.*\.js$/ }, ({ path: file }) => {
      const name = file.split("node_modules/").at(-1);
      if (!MENDED[name]) return undefined;
      let contents = readFileSync(file, "utf8");
      for (const [was, is] of MENDED[name]) {
        if (contents.split(was).length !== 2) throw new Error(`${name} no longer has one ${was}: see what became of it`);
        contents = contents.replace(was, is);
      }
      left.delete(name);
      return { contents };
    });
    build.onEnd(() => (left.size ? { errors: [{ text: `no longer bundled, so not mended: ${[...left]}` }] } : {}));
  },
};

const workers = await esbuild.build({
  ...shared,
  entryPoints: {
    "editor-worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json-worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql-worker": "monaco-graphql/esm/graphql.worker.js",
  },
  format: "iife",
  define: { "process.env.NODE_ENV": '"production"' },
});
const worker = (name) => path.basename(workers.outputFiles.find((file) => path.basename(file.path).startsWith(`${name}-worker-`)).path);

const page = await esbuild.build({
  ...shared,
  entryPoints: { graphiql: "src/graphiql.jsx" },
  format: "esm",
  splitting: true,
  jsx: "automatic",
  plugins: [mend],
  define: {
    "process.env.NODE_ENV": '"production"',
    EDITOR_WORKER: JSON.stringify(worker("editor")),
    JSON_WORKER: JSON.stringify(worker("json")),
    GRAPHQL_WORKER: JSON.stringify(worker("graphql")),
  },
});

// Styles of chunks are in the entry's sheet already; a browser never asks for these.
const kept = (file) => !/^(?!graphiql-).*\.css$/.test(path.basename(file.path));

/** The package that a bundled file is of. */
function packageOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match?.[1];
}

function licences() {
  const packages = new Map();
  for (const input of [page, workers].flatMap((result) => Object.keys(result.metafile.inputs))) {
    const folder = packageOf(input);
    if (!folder || packages.has(folder)) continue;
    const { name, version, license } = JSON.parse(readFileSync(path.join(here, folder, "package.json"), "utf8"));
    if (!name || !version) continue;
    const notices = readdirSync(path.join(here, folder)).filter((file) => /^(licen[cs]e|notice|thirdpartynotices|copying)/i.test(file));
    const text = notices.map((file) => readFileSync(path.join(here, folder, file), "utf8").trim()).join("\n\n");
    packages.set(folder, { title: `${name} ${version} (${license ?? "see below"})`, text });
  }
  // Fonts within GraphiQL's style sheet.
  packages.set("Roboto", { title: "Roboto (Apache-2.0)", text: "Copyright 2011 Google Inc." });
  packages.set("Fira Code", { title: "Fira Code (OFL-1.1)", text: "Copyright 2014-2020 The Fira Code Project Authors (https://github.com/tonsky/FiraCode)\nSIL Open Font License 1.1: https://openfontlicense.org" });
  const all = [...new Map([...packages.values()].map((one) => [one.title, one])).values()].sort((a, b) => a.title.localeCompare(b.title, "en"));
  const rule = "-".repeat(100);
  return [
    "GraphiQL as furusu serves it is bundled from these packages.",
    ...all.map(({ title, text }) => `${rule}\n${title}\n\n${text || "The package carries no text of its licence; its package.json names it."}`),
  ].join("\n\n") + "\n";
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
const manifest = [];
let size = 0;
const put = (name, contents) => {
  const zipped = gzipSync(contents, { level: 9 });
  writeFileSync(path.join(fresh, `${name}.gz`), zipped);
  manifest.push(name);
  size += zipped.length;
};
for (const file of [...workers.outputFiles, ...page.outputFiles].filter(kept)) put(path.basename(file.path), file.contents);
const notices = licences();
put(`licenses-${createHash("sha256").update(notices).digest("hex").slice(0, 8)}.txt`, notices);
// Written last: the build script looks for it.
writeFileSync(path.join(fresh, "manifest.txt"), manifest.sort().join("\n") + "\n");
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);
console.log(`target/pages: ${manifest.length} files, ${(size / 1e6).toFixed(2)} MB gzipped`);
