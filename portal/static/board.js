// The end of idle time: a warning that can be answered, then a page without anybody's name.
// The server ends the session by its own clock, whatever happens here.
(() => {
  const { idle, stay, out, key } = document.body.dataset;
  if (!idle) return;
  const seconds = Number(idle);
  const warning = Math.min(120, seconds / 2);
  let last = Date.now();

  const box = document.createElement("dialog");
  box.setAttribute("aria-labelledby", "idle-title");
  box.setAttribute("aria-describedby", "idle-words");
  const title = document.createElement("h2");
  title.id = "idle-title";
  title.textContent = "Still there?";
  const words = document.createElement("p");
  words.id = "idle-words";
  words.textContent = "You will be signed out soon, because nothing was clicked for a while.";
  const button = document.createElement("button");
  button.className = "main";
  button.textContent = "Stay signed in";
  box.append(title, words, button);
  document.body.append(box);

  const leave = () => location.replace(out);
  const remain = async () => {
    box.close();
    const answer = await fetch(stay, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ form_key: key }),
    }).catch(() => null);
    if (answer && answer.status === 204) last = Date.now();
    else leave();
  };
  button.addEventListener("click", remain);
  box.addEventListener("cancel", (event) => { event.preventDefault(); remain(); });

  // By the clock, not by a count: a laptop that slept wakes up past the end.
  setInterval(() => {
    const gone = (Date.now() - last) / 1000;
    if (gone >= seconds) leave();
    else if (gone >= seconds - warning && !box.open) box.showModal();
  }, 1000);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
