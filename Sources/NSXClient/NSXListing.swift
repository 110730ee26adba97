import Documents

/// A list that was read to its last cursor.
public struct NSXListing: Sendable, Hashable {
  /// The members, each once, in the order of NSX.
  public var items: [JSONValue]
  /// `result_count` of the first page.
  public var announced: Int?
  /// Whether as many members were read as NSX announced. Pages are no
  /// snapshot: members added or removed meanwhile shift the later pages, and
  /// one may be missed.
  public var isStable: Bool
}

extension NSXConnection {
  /// Reads a list to its last page.
  ///
  /// - Throws: ``NSXAPIError``; also when the list kept changing in three
  ///   readings, because a member may be missing then.
  public func list(_ path: String, query: [String: String] = [:]) async throws -> [JSONValue] {
    let listing = try await listing(path, query: query)
    guard listing.isStable else {
      throw NSXAPIError(
        invalidAnswer: listing.driftReason, status: 200, manager: currentManager,
        request: "GET \(path)")
    }
    return listing.items
  }

  /// Reads a list to its last page, up to three times where the number of its
  /// members is not the announced one, and tells whether it ended well.
  ///
  /// - Throws: ``NSXAPIError``.
  public func listing(_ path: String, query: [String: String] = [:]) async throws -> NSXListing {
    var pageSize = query["page_size"].flatMap { Int($0) } ?? 1000
    var previous: [String]?
    var readings = 0
    var reader = NSXListReader(path: path, query: query, pageSize: pageSize)
    while true {
      do {
        reader = NSXListReader(path: path, query: query, pageSize: pageSize)
        try await read(into: &reader)
      } catch let error as NSXAPIError where error.reaction == .pageTooLarge && pageSize > 10 {
        // The cursor belongs to its page size, so the list starts again.
        pageSize = max(10, pageSize / 2)
        notify(.pageSizeLowered(path: path, to: pageSize))
        continue
      }
      guard let announced = reader.announced, announced != reader.items.count else { break }
      readings += 1
      notify(.listDrift(path: path, announced: announced, read: reader.items.count))
      // More members than announced, twice the same: the count was wrong, and
      // nothing is missing.
      if reader.items.count > announced, reader.keys == previous { return reader.listing(true) }
      if readings >= 3 { return reader.listing(false) }
      previous = reader.keys
    }
    return reader.listing(true)
  }

  private func read(into reader: inout NSXListReader) async throws {
    while !reader.isAtEnd {
      let call = NSXCall(.get, reader.path, query: reader.nextQuery)
      let page = try await perform(call) { response, manager in
        let page = try decodeObject(response, call: call, manager: manager)
        // An answer without `results` is no empty list.
        if page["results"]?.array == nil, page["result_count"]?.integer != 0 {
          throw NSXAPIError(
            invalidAnswer: "the list has no results", status: response.status, manager: manager,
            request: call.name)
        }
        return page
      }
      guard reader.append(page) else {
        throw NSXAPIError(
          invalidAnswer: "the list repeats a cursor", status: 200, manager: currentManager,
          request: call.name)
      }
      notify(
        .page(
          path: reader.path, items: page["results"]?.array?.count ?? 0,
          total: reader.items.count, announced: reader.announced))
    }
  }
}

extension NSXListing {
  var driftReason: String {
    "the list changed while it was read: \(announced ?? 0) announced, \(items.count) read"
  }
}
