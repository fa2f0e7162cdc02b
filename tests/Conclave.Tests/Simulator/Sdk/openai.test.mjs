import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { answer, base, drain, failure, person, weather } from "./shared.mjs";

const client = new OpenAI({ apiKey: "any-key", baseURL: base("OPENAI"), maxRetries: 0 });
const model = "gpt-6.2-sol";
const tool = { type: "function", name: "get_weather", description: "The weather.", parameters: weather, strict: true };
const format = { type: "json_schema", name: "person", schema: person, strict: true };
const chat = (content) => ({ model, messages: [{ role: "user", content }] });

test("Responses give the answer and its usage", async () => {
  const response = await client.responses.create({ model, input: "say it", reasoning: { effort: "medium" } });
  assert.equal(response.output_text, answer);
  assert.equal(response.status, "completed");
  assert.equal(response.usage.output_tokens_details.reasoning_tokens, 120);
  assert.equal(response.usage.input_tokens_details.cached_tokens, 64);
  assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
  assert.match(response._request_id, /^req_/);
});

test("Responses stream the same answer", async () => {
  const stream = client.responses.stream({ model, input: "say it" });
  let text = "";
  stream.on("response.output_text.delta", (event) => (text += event.delta));
  const response = await stream.finalResponse();
  assert.equal(text, answer);
  assert.equal(response.output[1].content[0].text, answer);
  assert.equal(response.usage.output_tokens_details.reasoning_tokens, 120);
  assert.equal(response.output[0].type, "reasoning");
  assert.equal(response.output[0].summary[0].text, "Let me greet.");
});

test("Responses give JSON of the schema that was asked for", async () => {
  const response = await client.responses.parse({ model, input: "a person", text: { format } });
  assert.deepEqual(JSON.parse(response.output_text), { name: "Ada", age: 36 });
});

test("Responses call a tool, streamed and not", async () => {
  const whole = await client.responses.create({ model, input: "weather?", tools: [tool] });
  const streamed = await client.responses.stream({ model, input: "weather?", tools: [tool] }).finalResponse();
  for (const response of [whole, streamed]) {
    const [call, second] = response.output.filter((item) => item.type === "function_call");
    assert.equal(call.name, "get_weather");
    assert.deepEqual(JSON.parse(call.arguments), { city: "Köln" });
    assert.notEqual(call.call_id, second.call_id);
  }
});

test("Chat Completions give the answer, its usage and the same as a stream", async () => {
  const whole = await client.chat.completions.create(chat("say it"));
  assert.equal(whole.choices[0].message.content, answer);
  assert.equal(whole.choices[0].finish_reason, "stop");
  assert.equal(whole.usage.completion_tokens_details.reasoning_tokens, 120);

  const runner = client.chat.completions.stream({ ...chat("say it"), stream_options: { include_usage: true } });
  let text = "";
  runner.on("content", (delta) => (text += delta));
  const final = await runner.finalChatCompletion();
  assert.equal(text, answer);
  assert.equal(final.choices[0].message.content, answer);
  assert.deepEqual(await runner.totalUsage().then((usage) => usage.total_tokens), whole.usage.total_tokens);
});

test("Chat Completions call a tool, streamed and not, and give JSON of a schema", async () => {
  // Models that reason take tools only through Responses; others take them here.
  const asking = { model: "gpt-4.9-local", messages: [{ role: "user", content: "weather?" }], tools: [{ type: "function", function: { name: "get_weather", parameters: weather, strict: true } }] };
  const whole = await client.chat.completions.create(asking);
  const streamed = await client.chat.completions.stream(asking).finalChatCompletion();
  for (const completion of [whole, streamed]) {
    assert.equal(completion.choices[0].finish_reason, "tool_calls");
    assert.equal(completion.choices[0].message.tool_calls.length, 2);
    assert.deepEqual(JSON.parse(completion.choices[0].message.tool_calls[0].function.arguments), { city: "Köln" });
  }

  const parsed = await client.chat.completions.parse({ ...chat("a person"), response_format: { type: "json_schema", json_schema: { name: "person", schema: person, strict: true } } });
  assert.deepEqual(parsed.choices[0].message.parsed ?? JSON.parse(parsed.choices[0].message.content), { name: "Ada", age: 36 });
});

test("An answer that is cut off and a refusal say so", async () => {
  const cut = await client.responses.create({ model, input: "at length" });
  assert.equal(cut.status, "incomplete");
  assert.equal(cut.incomplete_details.reason, "max_output_tokens");
  const refused = await client.responses.create({ model, input: "refuse" });
  assert.equal(refused.output[0].content[0].refusal, "That I won't do.");
});

test("Errors are the client's own classes", async () => {
  const key = await failure(client.responses.create({ model, input: "wrong key" }));
  assert.ok(key instanceof OpenAI.AuthenticationError);
  assert.equal(key.code, "invalid_api_key");
  const limited = await failure(client.chat.completions.create(chat("too often")));
  assert.ok(limited instanceof OpenAI.RateLimitError);
  assert.equal(limited.headers.get("retry-after"), "7");
  const busy = await failure(client.responses.create({ model, input: "too busy", stream: true }));
  assert.ok(busy instanceof OpenAI.InternalServerError);
  assert.equal(busy.status, 503);
  assert.ok((await failure(client.responses.create({ model, input: "x", temperature: 0.5 }))) instanceof OpenAI.BadRequestError);
  assert.ok((await failure(client.models.retrieve("gpt-nothing"))) instanceof OpenAI.NotFoundError);
});

test("An error in the middle of a stream ends it", async () => {
  const responses = await drain(await client.responses.create({ model, input: "fails later", stream: true }));
  assert.ok(responses.error || responses.events.at(-1).type === "error", "the error is seen");
  assert.equal(responses.events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join(""), "Half");
  const chunks = await drain(await client.chat.completions.create({ ...chat("fails later"), stream: true }));
  assert.ok(chunks.error instanceof OpenAI.APIError);
  assert.match(chunks.error.message, /overloaded/);
});

test("A retry after a 429 comes to the answer", async () => {
  const patient = new OpenAI({ apiKey: "any-key", baseURL: base("OPENAI"), maxRetries: 2 });
  assert.equal((await patient.responses.create({ model, input: "first too often" })).output_text, "At last.");
});

test("Strange streams are read", async () => {
  const { events, error } = await drain(await client.responses.create({ model, input: "strangely", stream: true }));
  assert.equal(error, null);
  assert.equal(events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join(""), answer);
});

test("Models are listed and looked up, tokens are counted", async () => {
  const ids = [];
  for await (const card of client.models.list()) ids.push(card.id);
  assert.ok(ids.includes(model));
  assert.equal((await client.models.retrieve(model)).id, model);
  assert.equal((await client.responses.inputTokens.count({ model, input: "12345678" })).input_tokens, 2);
});
