// The search runs in a web worker, which browsers refuse to pages opened from a folder. Opened so, its script runs in a
// hidden frame instead, which speaks as the worker would.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(script) {
      super()
      const waiting = []
      this.send = message => waiting.push(message)
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      const inside = frame.contentWindow
      inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      const running = frame.contentDocument.createElement("script")
      running.src = script
      running.onload = () => {
        this.send = message => inside.dispatchEvent(message)
        waiting.forEach(this.send)
      }
      frame.contentDocument.body.append(running)
    }
    set onmessage(listener) { this.addEventListener("message", listener) }
    set onerror(listener) { this.addEventListener("error", listener) }
    postMessage(data) { this.send(new MessageEvent("message", { data })) }
    terminate() {}
  }
}
