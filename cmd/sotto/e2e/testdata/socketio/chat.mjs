// The chat of Socket.IO's own tutorial, as something to compare with: a page that
// appends a line for each message. On stdin: "flood N", or "rate N SECONDS".

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const page = `<!DOCTYPE html>
<html><head><meta name="viewport" content="width=device-width,initial-scale=1.0"><title>Socket.IO chat</title>
<style>
body { margin: 0; padding-bottom: 3rem; font-family: sans-serif; }
#form { background: #eee; padding: 0.25rem; position: fixed; bottom: 0; left: 0; right: 0; display: flex; height: 3rem; box-sizing: border-box; }
#input { border: none; padding: 0 1rem; flex-grow: 1; border-radius: 2rem; margin: 0.25rem; }
#messages { list-style-type: none; margin: 0; padding: 0; }
#messages > li { padding: 0.5rem 1rem; }
#messages > li:nth-child(odd) { background: #efefef; }
</style></head>
<body><ul id="messages"></ul><form id="form" action=""><input id="input" autocomplete="off"><button>Send</button></form>
<script src="/socket.io/socket.io.js"></script>
<script>
const socket = io();
const messages = document.getElementById('messages');
socket.on('connect', () => { document.documentElement.dataset.phase = 'open'; });
socket.on('chat message', (msg) => {
  const item = document.createElement('li');
  item.textContent = msg;
  messages.appendChild(item);
  window.scrollTo(0, document.body.scrollHeight);
});
</script></body></html>`;

const http = createServer((request, response) => {
  if (request.url !== "/") return response.writeHead(404, { "Content-Type": "text/plain" }).end("nothing here");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(page);
});
const io = new Server(http);
http.listen(0, "127.0.0.1", () => console.log(http.address().port));

const words = (n) => `message ${n} with as many words in it as people may use in one`;
createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, n, seconds] = line.split(" ");
  let sent = 0;
  const say = () => io.emit("chat message", words(sent++));
  if (what === "flood") {
    while (sent < Number(n)) say();
    io.emit("chat message", "the end");
  } else {
    const timer = setInterval(() => { 
      if (sent < n * seconds) return say();
      clearInterval(timer);
      io.emit("chat message", "the end");
    }, 1000 / n);
  }
}).on("close", () => process.exit());
