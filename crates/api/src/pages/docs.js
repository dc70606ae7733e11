// "Try it": sends what a form of the reference says, and shows what came back.
const pretty = (text, type) => {
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const address = (form) => {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    const { name, in: place } = field.dataset;
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(field.value));
    if (place === "query" && field.value) query.append(name, field.value);
  }
  return query.size ? `${path}?${query}` : path;
};

const send = async (form) => {
  const headers = new Headers({ Accept: "application/json, */*;q=0.5" });
  for (const field of form.querySelectorAll('[data-in="header"]')) if (field.value) headers.set(field.dataset.name, field.value);
  const token = globalThis.furusu.token();
  if (token && form.dataset.open !== "yes") headers.set("Authorization", `Bearer ${token}`);
  const body = form.querySelector("textarea");
  if (body) headers.set("Content-Type", body.dataset.type);
  const answer = await fetch(address(form), { method: form.dataset.method, headers, body: body?.value, credentials: "omit" });
  const text = await answer.text();
  const type = answer.headers.get("Content-Type") ?? "";
  return { line: `${answer.status} ${answer.statusText} ${type}`.trim(), text: pretty(text, type) };
};

for (const form of document.querySelectorAll("form.try")) {
  const state = form.querySelector("output");
  const shown = form.querySelector("pre");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    state.textContent = "Sending …";
    shown.hidden = true;
    try {
      const { line, text } = await send(form);
      state.textContent = line;
      shown.textContent = text;
      shown.hidden = !text;
    } catch (error) {
      state.textContent = `Nothing came back: ${error.message}`;
    }
  });
}
