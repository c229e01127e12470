// Echo on Node's net module.
"use strict";
const net = require("node:net");

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on("data", (bytes) => {
    // A peer that takes nothing is not read from until it does.
    if (!socket.write(bytes)) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
  socket.on("error", () => socket.destroy());
});

server.listen({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0), backlog: 4096 }, () => {
  console.log(`listening on ${server.address().port}`);
});
