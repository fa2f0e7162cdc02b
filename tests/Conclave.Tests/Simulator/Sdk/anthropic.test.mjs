import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { answer, base, drain, failure, person, weather } from "./shared.mjs";

const client = new Anthropic({ apiKey: "any-key", baseURL: base("ANTHROPIC"), maxRetries: 0 });
const model = "claude-opus-5-5";
const tools = [{ name: "get_weather", description: "The weather.", input_schema: weather }];
const ask = (content) => ({ model, max_tokens: 1000, messages: [{ role: "user", content }] });
const textOf = (message) => message.content.filter((block) => block.type === "text").map((block) => block.text).join("");

test("Messages give the answer, signed thinking and usage with the cache", async () => {
  const message = await client.messages.create(ask("say it"));
  assert.equal(textOf(message), answer);
  assert.equal(message.stop_reason, "end_turn");
  assert.equal(message.content[0].thinking, "Let me greet.");
  assert.ok(message.content[0].signature.length > 20);
  assert.equal(message.usage.cache_read_input_tokens, 64);
  assert.ok(message.usage.input_tokens >= 0);
  assert.match(message._request_id, /^req_/);
});

test("Messages stream the same answer", async () => {
  const stream = client.messages.stream(ask("say it"));
  let text = "";
  stream.on("text", (delta) => (text += delta));
  const message = await stream.finalMessage();
  assert.equal(text, answer);
  assert.equal(textOf(message), answer);
  assert.equal(message.content[0].thinking, "Let me greet.");
  assert.ok(message.content[0].signature.length > 20);
  assert.equal(message.usage.output_tokens_details.thinking_tokens, 120);
});

test("Thinking is sent back unchanged, or refused", async () => {
  const { content } = await client.messages.create(ask("say it"));
  const follow = (blocks) => client.messages.create({ model, max_tokens: 1000, messages: [{ role: "user", content: "say it" }, { role: "assistant", content: blocks }, { role: "user", content: "say it" }] });
  assert.equal(textOf(await follow(content)), answer);
  const forged = content.map((block) => (block.type === "thinking" ? { ...block, signature: block.signature.replace(/^./, (c) => (c === "A" ? "B" : "A")) } : block));
  assert.match((await failure(follow(forged))).message, /signature/);
});

test("JSON of the schema that was asked for", async () => {
  const message = await client.messages.create({ ...ask("a person"), output_config: { format: { type: "json_schema", schema: person } } });
  assert.deepEqual(JSON.parse(textOf(message)), { name: "Ada", age: 36 });
});

test("Tools are called, streamed and not", async () => {
  const whole = await client.messages.create({ ...ask("weather?"), tools });
  const streamed = await client.messages.stream({ ...ask("weather?"), tools }).finalMessage();
  for (const message of [whole, streamed]) {
    assert.equal(message.stop_reason, "tool_use");
    const [call, second] = message.content.filter((block) => block.type === "tool_use");
    assert.deepEqual([call.name, call.input], ["get_weather", { city: "Köln" }]);
    assert.notEqual(call.id, second.id);
  }
});

test("An answer that is cut off and a refusal say so", async () => {
  assert.equal((await client.messages.create(ask("at length"))).stop_reason, "max_tokens");
  const refused = await client.messages.create(ask("refuse"));
  assert.equal(refused.stop_reason, "refusal");
  assert.equal(refused.stop_details.explanation, "That I won't do.");
});

test("Errors are the client's own classes", async () => {
  assert.ok((await failure(client.messages.create(ask("wrong key")))) instanceof Anthropic.AuthenticationError);
  const limited = await failure(client.messages.create(ask("too often")));
  assert.ok(limited instanceof Anthropic.RateLimitError);
  assert.equal(limited.headers.get("retry-after"), "7");
  assert.match(limited.requestID, /^req_/);
  const busy = await failure(client.messages.create({ ...ask("too busy"), stream: true }));
  assert.ok(busy instanceof Anthropic.InternalServerError);
  assert.equal(busy.status, 529);
  assert.ok((await failure(client.messages.create({ ...ask("x"), temperature: 0.5 }))) instanceof Anthropic.BadRequestError);
  assert.ok((await failure(client.models.retrieve("claude-nothing"))) instanceof Anthropic.NotFoundError);
});

test("An error in the middle of a stream ends it", async () => {
  const { events, error } = await drain(await client.messages.create({ ...ask("fails later"), stream: true }));
  assert.ok(error instanceof Anthropic.APIError);
  assert.match(error.message, /overloaded/i);
  assert.equal(events.filter((event) => event.type === "content_block_delta").map((event) => event.delta.text ?? "").join(""), "Half");
});

test("A retry after a 429 comes to the answer", async () => {
  const patient = new Anthropic({ apiKey: "any-key", baseURL: base("ANTHROPIC"), maxRetries: 2 });
  assert.equal(textOf(await patient.messages.create(ask("first too often"))), "At last.");
});

test("Strange streams are read", async () => {
  const { events, error } = await drain(await client.messages.create({ ...ask("strangely"), stream: true }));
  assert.equal(error, null);
  assert.equal(events.filter((event) => event.type === "content_block_delta").map((event) => event.delta.text ?? "").join(""), answer);
});

test("Models are listed page by page and looked up, tokens are counted", async () => {
  const ids = [];
  for await (const card of client.models.list({ limit: 1 })) ids.push(card.id);
  assert.ok(ids.length > 2 && ids.includes(model));
  assert.equal((await client.models.retrieve(model)).id, model);
  assert.equal((await client.messages.countTokens({ model, messages: [{ role: "user", content: "12345678" }] })).input_tokens, 2);
});
