// The access token of this tab. It is kept until the tab is closed, goes into the Authorization header of requests to this
// service, and never into an address.
const KEY = "furusu.token";
let kept = "";
try {
  kept = sessionStorage.getItem(KEY) ?? "";
} catch {
  // Without storage the token lasts until the next page.
}

globalThis.furusu = { token: () => kept };

const form = document.getElementById("token-form");
const input = document.getElementById("token");
const state = document.getElementById("token-state");

const keep = (token) => {
  kept = token;
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
};

const tell = () => {
  state.textContent = kept ? "Requests from this page carry the token." : "No token yet.";
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = input.value.trim().replace(/^Bearer\s+/i, "");
  if (!typed) {
    state.textContent = kept ? "Requests from this page carry the token already." : "Type or paste a token first.";
    return;
  }
  keep(typed);
  input.value = "";
  tell();
});

document.getElementById("token-forget").addEventListener("click", () => {
  keep("");
  input.value = "";
  tell();
});

tell();
