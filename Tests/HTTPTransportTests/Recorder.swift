import Synchronization

/// A value that closures on several threads change.
final class Recorder<Value: Sendable>: Sendable {
  private let box: Mutex<Value>

  init(_ value: Value) { box = Mutex(value) }

  var value: Value { box.withLock { $0 } }

  func change(_ body: (inout Value) -> Void) { box.withLock { body(&$0) } }
}
