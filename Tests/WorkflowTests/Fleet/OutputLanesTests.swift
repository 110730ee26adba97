import Synchronization
import Testing

@testable import Workflow

@Suite("Output of clusters that are worked on at the same time")
struct OutputLanesTests {
  private final class Written: Sendable {
    private let state = Mutex("")
    var text: String { state.withLock { $0 } }
    func add(_ text: String) { state.withLock { $0 += text } }
  }

  @Test("the first prints as it goes, the others in their turn, whoever ends first")
  func order() {
    let written = Written()
    let lanes = OutputLanes(3) { stream, text in
      written.add(stream == .output ? text : "[\(text)]")
    }
    lanes.print("b1", to: .output, lane: 1)
    lanes.print("a1", to: .output, lane: 0)
    #expect(written.text == "a1")
    lanes.print("c1", to: .talk, lane: 2)
    lanes.end(2)
    lanes.print("b2", to: .talk, lane: 1)
    lanes.print("a2", to: .output, lane: 0)
    #expect(written.text == "a1a2")
    lanes.end(0)
    #expect(written.text == "a1a2b1[b2]")
    lanes.print("b3", to: .output, lane: 1)
    #expect(written.text == "a1a2b1[b2]b3")
    lanes.end(1)
    #expect(written.text == "a1a2b1[b2]b3[c1]")
  }

  @Test("progress is printed at once or never")
  func progress() {
    let written = Written()
    let lanes = OutputLanes(2) { stream, text in
      written.add(stream == .output ? text : "[\(text)]")
    }
    lanes.printNow("a", lane: 0)
    lanes.printNow("b", lane: 1)
    lanes.end(0)
    #expect(written.text == "[a]")
    lanes.printNow("b", lane: 1)
    #expect(written.text == "[a][b]")
  }
}
