// What comes of an event stream, for the desk, which imports it, and for the widget, which has it in its one script.

// Yields {event, id, data} of each event as it comes; `alive` is told of every sign of life.
export async function* eventsOf(response, alive) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const { event, id, data } = Object.fromEntries(block.split("\n").map((line) => line.split(/:\s?(.*)/s)));
      if (data) yield { event, id, data: JSON.parse(data) };
    }
  }
}
