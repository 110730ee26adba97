/// The requests to one host that wait for a connection, first come, first
/// served, and the number of those that have one.
struct WaitingLine {
  private var waiting: [TransferJob] = []
  private var head = 0
  private var active = 0

  /// Those who wait.
  var jobs: ArraySlice<TransferJob> { waiting[head...] }

  /// Whether nobody waits and nobody is served.
  var isIdle: Bool { active == 0 && head == waiting.count }

  /// When the first of those who wait gives up.
  var earliestDeadline: ContinuousClock.Instant? { jobs.map(\.deadline).min() }

  /// Joins the line.
  mutating func append(_ job: TransferJob) { waiting.append(job) }

  /// Takes the next one, who is served from now on until ``release()``.
  mutating func next(limit: Int) -> TransferJob? {
    guard active < limit, head < waiting.count else { return nil }
    let job = waiting[head]
    head += 1
    active += 1
    // Shortened now and then, so that leaving costs the same however long the line is.
    if head > 64, head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    return job
  }

  /// Ends the service of one.
  mutating func release() { active -= 1 }

  /// Takes out one who wants to leave.
  mutating func remove(_ id: UInt64) -> TransferJob? {
    guard let index = jobs.firstIndex(where: { $0.id == id }) else { return nil }
    return waiting.remove(at: index)
  }

  /// Takes out those who have waited too long.
  mutating func removeExpired(_ now: ContinuousClock.Instant) -> [TransferJob] {
    let expired = jobs.filter { $0.deadline <= now }
    guard !expired.isEmpty else { return [] }
    waiting = jobs.filter { $0.deadline > now }
    head = 0
    return expired
  }
}
