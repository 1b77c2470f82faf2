// DuckDB's client for Node; the requests and replies of client.py.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The client lies where this was started, not beside this file.
const { DuckDBInstance } = createRequire(`${process.cwd()}/`)("@duckdb/node-api");

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const say = (reply) => console.log(JSON.stringify(reply));
const plain = (rows) => rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));

async function connect(file) {
  const instance = await DuckDBInstance.create(file, file === ":memory:" ? {} : { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  return {
    ask: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function open(request) {
  if (!request.key) return connect(request.file);
  const session = await connect(":memory:");
  await session.ask(`attach '${request.file}' as release (read_only, encryption_key '${request.key}')`);
  await session.ask("use release");
  return session;
}

async function answer(request) {
  const session = await open(request);
  const answers = {};
  for (const [name, sql] of Object.entries(request.questions)) answers[name] = plain(await session.ask(sql));
  const refused = {};
  for (const sql of request.forbidden) {
    refused[sql] = await session.ask(sql).then(() => null, (problem) => problem.message);
  }
  say({ answers, listed: null, refused });
  session.close();
}

async function watch(request) {
  const seen = new Map();
  let reads = 0;
  let session = await connect(request.file);
  say("ready");
  while (!existsSync(request.stop)) {
    const reply = [];
    for (const sql of request.questions) reply.push(...plain(await session.ask(sql)).flat());
    seen.set(JSON.stringify(reply), reply);
    reads += 1;
    await new Promise((resolve) => setTimeout(resolve, request.pause * 1000));
    if (request.reopen) {
      session.close();
      session = await connect(request.file);
    }
  }
  session.close();
  say({ reads, seen: [...seen.values()] });
}

async function see(request) {
  const release = async (session) => (await session.ask(request.question))[0][0];
  const first = await connect(request.file);
  const before = await release(first);
  say("ready");
  await next();
  const second = await connect(request.file);
  const beside = await release(second);
  const still = await release(first);
  first.close();
  second.close();
  const again = await connect(request.file);
  say({ before, still, beside, again: await release(again) });
  again.close();
}

const request = JSON.parse(await next());
await { answer, watch, see }[request.do](request);
input.close();
process.stdin.destroy();
