// The last plans opened on this device, kept by the browser alone: nothing of the list is ever sent anywhere.
const KEY = "jz-recent"
const MOST = 5

function read() {
  try {
    const found = JSON.parse(window.localStorage.getItem(KEY) ?? "[]")
    return Array.isArray(found) ? found.filter((one) => one && typeof one.query === "string" && one.zh && one.en) : []
  } catch {
    return []
  }
}

function write(plans) {
  try {
    if (plans.length) window.localStorage.setItem(KEY, JSON.stringify(plans))
    else window.localStorage.removeItem(KEY)
  } catch {
    // A browser that keeps nothing shows nothing.
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".jz-recent")
  if (data.plan && window.jzKept !== data.plan.query) {
    // A change of the plan on the page takes the place of what it was.
    const others = read().filter((one) => one.query !== data.plan.query && one.query !== window.jzKept)
    window.jzKept = data.plan.query
    write([data.plan, ...others].slice(0, MOST))
  }
  const draw = () => {
    const plans = read()
    root.replaceChildren()
    root.hidden = plans.length === 0
    if (root.hidden) return
    const box = document.createElement("details")
    const head = document.createElement("summary")
    head.textContent = `${data.title} (${plans.length})`
    const list = document.createElement("ul")
    for (const one of plans) {
      const link = document.createElement("a")
      link.href = `/?${one.query}&lang=${data.lang}`
      link.textContent = String(one[data.lang])
      const row = document.createElement("li")
      row.append(link)
      list.append(row)
    }
    const clear = document.createElement("button")
    clear.type = "button"
    clear.className = "quiet"
    clear.textContent = data.clear
    clear.onclick = () => { write([]); draw() }
    const note = document.createElement("p")
    note.className = "fine"
    note.textContent = data.note
    box.className = "prov recent"
    box.append(head, list, note, clear)
    root.append(box)
  }
  draw()
}
