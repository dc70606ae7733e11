// The pages as a person meets them: in a browser that reaches this machine only.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startBrowser, startService } from "./service.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let service;
let browser;

before(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Opens a page, does something with it, and then asks that nothing went wrong on the way. */
async function visit(path, act, { scheme = "light", width = 1300, refusals = [] } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, serviceWorkers: "block" });
  // A machine that also builds is slow; what fails is what never comes.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const wrong = [];
  const refused = (text) => refusals.some((status) => text.includes(`status of ${status} `));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !refused(message.text())) wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`error: ${error}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== service.url && !["data:", "blob:"].includes(protocol)) wrong.push(`went elsewhere: ${request.url()}`);
    if (request.url().includes(service.token)) wrong.push("the token is in an address");
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(service.url).host) wrong.push(`went elsewhere: ${socket.url()}`);
  });
  try {
    const answer = await page.goto(service.url + path);
    assert.equal(answer.status(), 200);
    await act(page);
    if (process.env.FURUSU_SHOTS) await page.screenshot({ path: `${process.env.FURUSU_SHOTS}/${path.replaceAll("/", "_")}-${scheme}-${width}.png` });
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, []);
}

async function isAccessible(page) {
  // By DevTools, since the page's own policy takes no script from elsewhere.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
  assert.deepEqual(told, []);
}

async function enterToken(page) {
  await page.getByLabel("Access token").fill(service.token);
  await page.getByRole("button", { name: "Use", exact: true }).click();
  await page.getByText("Requests from this page carry the token.").waitFor();
}

/** GraphiQL with its editor there, in colours. */
async function graphiqlIsReady(page) {
  await page.locator('.graphiql-query-editor .view-line span span:not([class="mtk1"], [class*="bracket"])').first().waitFor();
  await page.getByRole("button", { name: /Execute query/ }).waitFor();
}

for (const [scheme, width] of [["light", 1300], ["dark", 1300], ["light", 400]]) {
  test(`the reference is accessible with everything open (${scheme}, ${width} wide)`, () =>
    visit(
      "/docs",
      async (page) => {
        await page.getByRole("heading", { name: "API reference", level: 1 }).waitFor();
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        await isAccessible(page);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0, "nothing stands out to the right");
      },
      { scheme, width },
    ));

  test(`problems and the start are accessible (${scheme}, ${width} wide)`, async () => {
    await visit("/", isAccessible, { scheme, width });
    await visit("/problems/invalid", isAccessible, { scheme, width });
    await visit("/problems", isAccessible, { scheme, width });
  });

  test(`GraphiQL is accessible (${scheme}, ${width} wide)`, () =>
    visit(
      "/graphql",
      async (page) => {
        await graphiqlIsReady(page);
        await isAccessible(page);
      },
      { scheme, width },
    ));
}

test("the reference tries an operation with a token", () =>
  visit("/docs", async (page) => {
    await enterToken(page);
    const list = page.getByRole("article", { name: /GET\s+\/v1\/alumni$/ });
    await list.getByText("Try it").click();
    await list.getByLabel("limit").fill("2");
    await list.getByRole("button", { name: "Send" }).click();
    await list.getByText("200 OK").waitFor();
    const people = JSON.parse(await list.locator("pre").textContent());
    assert.equal(people.data.length, 2);
    await isAccessible(page);
  }));

test("the reference says what a refusal says", () =>
  visit(
    "/docs",
    async (page) => {
      const list = page.getByRole("article", { name: /GET\s+\/v1\/alumni$/ });
      await list.getByText("Try it").click();
      await list.getByRole("button", { name: "Send" }).click();
      await list.getByText("401 Unauthorized").waitFor();
      assert.equal(JSON.parse(await list.locator("pre").textContent()).code, "unauthenticated");
    },
    { refusals: [401] },
  ));

for (const scheme of ["light", "dark"]) {
  test(`GraphiQL runs a query with a token and shows its result (${scheme})`, () =>
    visit(
      "/graphql",
      async (page) => {
        await graphiqlIsReady(page);
        await enterToken(page);
        await page.getByRole("button", { name: /Execute query/ }).click();
        const result = page.locator(".result-window");
        await result.getByText("totalCount").waitFor();
        await result.getByText("alm_").first().waitFor();
        await isAccessible(page);
        const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
        assert.ok(!kept.includes(service.token), "the token is not kept beyond the tab");
        assert.ok(!page.url().includes(service.token));
      },
      { scheme },
    ));

  test(`GraphiQL explains the schema, with a token and without (${scheme})`, () =>
    visit(
      "/graphql",
      async (page) => {
        const explorer = page.getByRole("button", { name: /Show Documentation Explorer/ });
        await graphiqlIsReady(page);
        await explorer.click();
        await page.getByRole("link", { name: "Query", exact: true }).click();
        const field = page.getByRole("link", { name: "alumni", exact: true }).first();
        await field.waitFor();
        await isAccessible(page);
        await field.click();
        await isAccessible(page);
        await enterToken(page);
        const asked = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/graphql"));
        await page.getByRole("button", { name: /Re-fetch GraphQL schema/ }).click();
        const introspection = await (await asked).json();
        assert.equal(introspection.errors, undefined);
        assert.equal(introspection.data.__schema.queryType.name, "Query");
      },
      { scheme },
    ));

  test(`GraphiQL's history and dialogs are accessible (${scheme})`, () =>
    visit(
      "/graphql",
      async (page) => {
        await graphiqlIsReady(page);
        await enterToken(page);
        await page.getByRole("button", { name: /Execute query/ }).click();
        await page.locator(".result-window").getByText("alm_").first().waitFor();
        await page.getByRole("button", { name: /Show History/ }).click();
        await page.getByRole("button", { name: /FirstAlumni/ }).first().waitFor();
        await isAccessible(page);
        for (const dialog of ["Open short keys dialog", "Open settings dialog"]) {
          await page.getByRole("button", { name: dialog }).click();
          await page.getByRole("dialog").waitFor();
          await isAccessible(page);
          await page.keyboard.press("Escape");
          await page.getByRole("dialog").waitFor({ state: "hidden" });
        }
      },
      { scheme },
    ));
}
