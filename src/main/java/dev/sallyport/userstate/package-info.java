/**
 * Sources of user states: an interface for gateways, a cache in front of a source, and a database.
 *
 * <p>Begin with {@link dev.sallyport.userstate.UserStateSource}. The package uses diagnose, model, parse, read and write.
 * {@link dev.sallyport.userstate.CachingUserStateSource} needs Caffeine, and {@link dev.sallyport.userstate.JdbcUserStateSource} a JDBC
 * driver.
 */
@NullMarked
package dev.sallyport.userstate;

import org.jspecify.annotations.NullMarked;
