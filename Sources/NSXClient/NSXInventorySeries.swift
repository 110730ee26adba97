/// The changes of an inventory that are still to be sent, and what became of
/// the others: which request comes next after each answer.
///
/// A refused request is halved until the changes that NSX does not take stand
/// alone. Where it takes none of many in a row, the first and the last of each
/// kind are tried: if it takes none of these either, the trouble is not in the
/// objects, and going on would be one request for each of them.
struct NSXInventorySeries {
  /// The changes of one request.
  struct Batch {
    var updates: [NSXInventoryUpdate]
    /// Number from 0 of one that is sent for the first time; `nil` for what is
    /// left of a refused one.
    var number: Int?
  }

  /// What two changes have in common when they are of one kind.
  private struct Kind: Hashable {
    let operation: NSXInventoryUpdate.Operation
    let type: String
  }

  /// So many refusals in a row, and as many changes still to come, raise doubt.
  static let doubtful = 50

  private(set) var outcome = NSXInventoryOutcome()
  /// The last one is the next.
  private var waiting: [Batch]
  private var refusedInRow = 0
  /// How many changes that were picked as samples are still to be answered.
  private var samples = 0

  init(_ updates: [NSXInventoryUpdate], batchSize: Int) {
    let size = max(1, batchSize)
    waiting = stride(from: 0, to: updates.count, by: size).map { start in
      Batch(
        updates: Array(updates[start..<min(start + size, updates.count)]), number: start / size)
    }.reversed()
  }

  /// Takes the next request out; `nil` when none is left.
  mutating func next() -> Batch? { waiting.popLast() }

  /// NSX took a request.
  mutating func accept(_ batch: Batch) {
    outcome.accepted += batch.updates.count
    refusedInRow = 0
    samples = 0
  }

  /// NSX refused a request for something in it.
  mutating func refuse(_ batch: Batch, _ error: NSXAPIError) {
    if batch.updates.count > 1 {
      let middle = batch.updates.count / 2
      waiting.append(Batch(updates: Array(batch.updates[middle...])))
      waiting.append(Batch(updates: Array(batch.updates[..<middle])))
      return
    }
    outcome.refused += batch.updates.map { .init(update: $0, error: error) }
    refusedInRow += 1
    if samples > 0 {
      samples -= 1
      if samples == 0 { end(error) }
    } else if refusedInRow >= Self.doubtful {
      takeSamples()
    }
  }

  /// Nothing more is sent.
  ///
  /// - Parameter batch: The request whose end is not certain.
  mutating func end(_ error: NSXAPIError, _ batch: Batch? = nil) {
    outcome.failure = error
    outcome.unsent += (batch?.updates ?? []) + waiting.reversed().flatMap(\.updates)
    waiting = []
  }

  /// Puts the first and the last of each kind in front of all others, each
  /// alone; deletes only where nothing else is left, so that they stay last.
  private mutating func takeSamples() {
    var first: [Kind: NSXInventoryUpdate] = [:]
    var last: [Kind: NSXInventoryUpdate] = [:]
    var kinds: [Kind] = []
    let all = waiting.reversed().flatMap(\.updates)
    guard all.count > Self.doubtful else { return }
    let hasMore = all.contains { $0.operation != .delete }
    for update in all where (update.operation == .delete) != hasMore {
      let kind = Kind(operation: update.operation, type: update.type)
      if first[kind] == nil {
        first[kind] = update
        kinds.append(kind)
      } else {
        last[kind] = update
      }
    }
    let picked = kinds.compactMap { first[$0] } + kinds.compactMap { last[$0] }
    let chosen = Set(picked)
    for index in waiting.indices { waiting[index].updates.removeAll(where: chosen.contains) }
    waiting.removeAll(where: \.updates.isEmpty)
    waiting += picked.reversed().map { Batch(updates: [$0]) }
    samples = picked.count
  }
}
